"""The tug-of-war between tasks: how their gradients pull on each module (Uni-Med, Zhu et al., arXiv 2409.17508).

One forward and one backward pass of a batch give the tasks' gradients, a block of one parameter at a time; what is made
of a block is added up and the block is gone. `gramians.py` makes inner products, `scores.py` the parameter scores,
`batch.py` both at once, `steps.py` the gains of real steps, `indexes.py` the published indexes over many batches.
`experts.py` says of a batch how a connector's mixture of experts is routed, `expert_use.py` over many. `tug_of_war.py`
draws the batches (`draw.py`) and keeps what they said (`kept.py`), so that nothing is measured twice.
"""
