"""Words folded into templates: gettext of a constant is decided at compile time.

So are the addresses of static files, twenty a page. On a list of 20 cards gettext at run time was
46 % of the page (193 calls). One environment serves one language; catalogues work as before.
"""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from flask_babel import gettext
from jinja2 import nodes
from jinja2.visitor import NodeTransformer


class _Fold(NodeTransformer):
    def __init__(self, static_url: Any) -> None:
        self.known = {"_": gettext, "gettext": gettext, "static_url": static_url}

    def visit_Call(  # noqa: N802 - the visitor finds it by the node's name
        self, node: nodes.Call, *args: Any, **kwargs: Any
    ) -> nodes.Node:
        self.generic_visit(node, *args, **kwargs)
        known = self.known.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        constant = (
            len(node.args) == 1
            and isinstance(node.args[0], nodes.Const)
            and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        )
        if known is None or not constant:
            return node
        return nodes.Const(known(node.args[0].as_const()), lineno=node.lineno)


class FoldingEnvironment(Environment):
    """Flask's environment, with `_("…")` of constants folded into text."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Fold(self.globals["static_url"]).visit(tree)
        return tree

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """No layer of its own for a template without globals of its own, as ours all are.

        Each import of macros compares the names of the two: in a layer that is slow.
        """
        return super().make_globals(d) if d else self.globals
