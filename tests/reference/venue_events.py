"""The events of the simulated exchange, as the rules page's tables tell them.

A field that an event does not name is 0 (a price: PRICE_NULL), as in the native struct.
"""

from __future__ import annotations

from typing import Any

from tests.reference.venue_orders import Event, Order, Terms


class EventLog:
    """What one input has made."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.time_ns = 0

    def _tell(self, kind: str, order: Order, **fields: Any) -> None:
        own = {
            "owner": order.owner,
            "token": order.token,
            "order_id": order.order_id,
            "side": int(order.terms.side),
            "price_e9": order.price_e9,
            "open": order.open,
            "shown": order.shown,
        }
        self._publish_about(order.terms.instrument, kind, **own | fields)

    def _reject(self, owner: int, token: int, terms: Terms, code: str) -> str:
        self._publish_about(
            terms.instrument,
            "rejected",
            owner=owner,
            token=token,
            side=int(terms.side),
            size=terms.size,
            price_e9=terms.price_e9,
            code=code,
        )
        return "rejected"

    def _publish(self, kind: str, order: Order, **fields: Any) -> None:
        self._publish_about(order.terms.instrument, kind, **fields)

    def _publish_add(self, order: Order) -> None:
        self._publish(
            "book_add",
            order,
            order_id=order.order_id,
            side=int(order.terms.side),
            size=order.shown,
            price_e9=order.price_e9,
        )

    def _publish_replace(self, order: Order, old_id: int) -> None:
        self._publish(
            "book_replace",
            order,
            order_id=order.order_id,
            original=old_id,
            size=order.shown,
            price_e9=order.price_e9,
        )

    def _publish_shrink(self, order: Order, shown_before: int) -> None:
        """Part or all of what was shown has left without a trade."""
        gone = shown_before - order.shown
        if gone and order.shown:
            self._publish("book_cancel", order, order_id=order.order_id, size=gone)
        elif gone:
            self._publish("book_delete", order, order_id=order.order_id)

    def _publish_about(self, index: int, kind: str, **fields: Any) -> None:
        blank = {"time_ns": self.time_ns, "instrument": index, "kind": kind}
        self.events.append(blank | fields)
