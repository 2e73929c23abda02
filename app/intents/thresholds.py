"""When something that is normal has gone on for too long: from there on a person looks before anything leaves.

All in whole days that have passed, so that a moment's rounding decides nothing.
"""

UNFULFILLED_DAYS = 7
"""Paid, and not all sent, where nobody promised a date."""

DIGITAL_DAYS = 1
"""Paid, nothing of it has to be shipped, and it was not handed over."""

LABEL_WITHOUT_SCAN_DAYS = 4
"""A label, and the carrier has not seen the parcel."""

NO_SCAN_DAYS = 5
"""On its way, and the carrier says nothing new."""

ATTEMPTED_DAYS = 3
"""The carrier was there in vain, and has not come back."""

PICKUP_DAYS = 5
"""Waits to be picked up: most carriers send it back after a week."""

OUT_FOR_DELIVERY_DAYS = 2
"""In the delivery van, and still there."""

EXPECTED_OVERDUE_DAYS = 2
"""Past the day on which the carrier wanted to be there."""

REFUND_ON_ITS_WAY_DAYS = 14
"""Refunded, and the customer does not see the money: banks take up to ten working days."""

UNTRACKED_OPEN_DAYS = 60
"""Sent without news of a delivery: after this an order no longer counts as on its way."""

MOST_ORDERS = 5
"""Orders that one answer speaks of at most."""

LONGEST_POLICY = 3000
"""Characters of a policy that a mail can carry without somebody choosing what answers the question."""
