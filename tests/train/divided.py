"""`angiogram train` with the model divided among processes by Accelerate's FSDP, on CPUs.

Accelerate divides weights among GPUs alone; it is told here that these processes have one each, and the rest of its way
is the same over gloo. usage: torchrun -m tests.train.divided PASS train ... ; a process dies before that pass, 0 never.
"""

import sys

from accelerate import PartialState
from accelerate.utils import DistributedType
from torch.nn.modules.module import register_module_forward_pre_hook

from angiogram.cli.main import main
from tests.train.dying import dying

if __name__ == "__main__":
    register_module_forward_pre_hook(dying(int(sys.argv.pop(1))))
    PartialState(cpu=True)
    PartialState._shared_state["distributed_type"] = DistributedType.MULTI_GPU
    main()
