"""When something that is normal has gone on for too long: from there on a person looks before anything leaves."""

from datetime import timedelta

UNFULFILLED = timedelta(days=7)
"""Paid, and nothing sent."""

LABEL_WITHOUT_SCAN = timedelta(days=4)
"""A label, and the carrier has not seen the parcel."""

NO_SCAN = timedelta(days=5)
"""On its way, and the carrier says nothing new."""

OUT_FOR_DELIVERY = timedelta(days=2)
"""In the delivery van, and still there."""

EXPECTED_OVERDUE = timedelta(days=2)
"""Past the day on which the carrier wanted to be there."""

REFUND_ON_ITS_WAY = timedelta(days=14)
"""Refunded, and the customer does not see the money: banks take up to ten working days."""

UNTRACKED_OPEN = timedelta(days=60)
"""Sent without news of a delivery: after this an order no longer counts as on its way."""

MOST_ORDERS = 5
"""Orders that one answer speaks of at most."""

LONGEST_POLICY = 3000
"""Characters of a policy that a mail can carry without somebody choosing what answers the question."""
