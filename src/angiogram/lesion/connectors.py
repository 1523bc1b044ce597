"""The places where image tokens leave the connectors."""

from angiogram.model.anatomy import Anatomy


def connector_outputs(anatomy: Anatomy) -> dict[str, str]:
    """Tap name -> module path, the further connectors between the first LLM blocks among them."""
    sides = {f"connector.deepstack.{number}": path for number, path in enumerate(anatomy.deepstack)}
    return {"connector.out": anatomy.connector, **sides}
