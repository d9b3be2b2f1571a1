"""Words folded into templates: gettext of a constant is decided at compile time.

On a list of 20 cards gettext at run time was 46 % of the page (193 calls). One environment
serves one language; catalogues work as before.
"""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from flask_babel import gettext
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

_NAMES = {"_", "gettext"}


class _Fold(NodeTransformer):
    def visit_Call(  # noqa: N802 - the visitor finds it by the node's name
        self, node: nodes.Call, *args: Any, **kwargs: Any
    ) -> nodes.Node:
        self.generic_visit(node, *args, **kwargs)
        constant = (
            isinstance(node.node, nodes.Name)
            and node.node.name in _NAMES
            and len(node.args) == 1
            and isinstance(node.args[0], nodes.Const)
            and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        )
        if not constant:
            return node
        return nodes.Const(gettext(node.args[0].as_const()), lineno=node.lineno)


class FoldingEnvironment(Environment):
    """Flask's environment, with `_("…")` of constants folded into text."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Fold().visit(tree)
        return tree

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """No layer of its own for a template without globals of its own, as ours all are.

        Each import of macros compares the names of the two: in a layer that is slow.
        """
        return super().make_globals(d) if d else self.globals
