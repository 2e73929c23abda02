"""Shopify's enums. A value that Shopify adds later becomes `UNKNOWN`, which no answer is built on."""

from enum import StrEnum
from typing import Self


class _ShopifyEnum(StrEnum):
    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls("UNKNOWN") if isinstance(value, str) and value != "UNKNOWN" else None


class FinancialStatus(_ShopifyEnum):
    """`OrderDisplayFinancialStatus`."""

    AUTHORIZED = "AUTHORIZED"
    EXPIRED = "EXPIRED"
    PAID = "PAID"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    PENDING = "PENDING"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"
    UNKNOWN = "UNKNOWN"


class OrderFulfillmentStatus(_ShopifyEnum):
    """`OrderDisplayFulfillmentStatus`."""

    FULFILLED = "FULFILLED"
    FULFILLMENT_NOT_REQUIRED = "FULFILLMENT_NOT_REQUIRED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    OPEN = "OPEN"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    PENDING_FULFILLMENT = "PENDING_FULFILLMENT"
    REQUEST_DECLINED = "REQUEST_DECLINED"
    RESTOCKED = "RESTOCKED"
    SCHEDULED = "SCHEDULED"
    UNFULFILLED = "UNFULFILLED"
    UNKNOWN = "UNKNOWN"


class FulfillmentStatus(_ShopifyEnum):
    """Whether a fulfilment stands; where its parcel is, is `FulfillmentDisplayStatus`."""

    CANCELLED = "CANCELLED"
    ERROR = "ERROR"
    FAILURE = "FAILURE"
    OPEN = "OPEN"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    UNKNOWN = "UNKNOWN"


class FulfillmentDisplayStatus(_ShopifyEnum):
    ATTEMPTED_DELIVERY = "ATTEMPTED_DELIVERY"
    CANCELED = "CANCELED"
    CARRIER_PICKED_UP = "CARRIER_PICKED_UP"
    CONFIRMED = "CONFIRMED"
    DELAYED = "DELAYED"
    DELIVERED = "DELIVERED"
    FAILURE = "FAILURE"
    FULFILLED = "FULFILLED"
    IN_TRANSIT = "IN_TRANSIT"
    LABEL_PRINTED = "LABEL_PRINTED"
    LABEL_PURCHASED = "LABEL_PURCHASED"
    LABEL_VOIDED = "LABEL_VOIDED"
    MARKED_AS_FULFILLED = "MARKED_AS_FULFILLED"
    NOT_DELIVERED = "NOT_DELIVERED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    PICKED_UP = "PICKED_UP"
    READY_FOR_PICKUP = "READY_FOR_PICKUP"
    SUBMITTED = "SUBMITTED"
    UNKNOWN = "UNKNOWN"


class FulfillmentEventStatus(_ShopifyEnum):
    ATTEMPTED_DELIVERY = "ATTEMPTED_DELIVERY"
    CARRIER_PICKED_UP = "CARRIER_PICKED_UP"
    CONFIRMED = "CONFIRMED"
    DELAYED = "DELAYED"
    DELIVERED = "DELIVERED"
    FAILURE = "FAILURE"
    IN_TRANSIT = "IN_TRANSIT"
    LABEL_PRINTED = "LABEL_PRINTED"
    LABEL_PURCHASED = "LABEL_PURCHASED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    READY_FOR_PICKUP = "READY_FOR_PICKUP"
    UNKNOWN = "UNKNOWN"


class FulfillmentOrderStatus(_ShopifyEnum):
    CANCELLED = "CANCELLED"
    CLOSED = "CLOSED"
    INCOMPLETE = "INCOMPLETE"
    IN_PROGRESS = "IN_PROGRESS"
    ON_HOLD = "ON_HOLD"
    OPEN = "OPEN"
    SCHEDULED = "SCHEDULED"
    UNKNOWN = "UNKNOWN"


class FulfillmentHoldReason(_ShopifyEnum):
    AWAITING_PAYMENT = "AWAITING_PAYMENT"
    AWAITING_RETURN_ITEMS = "AWAITING_RETURN_ITEMS"
    HIGH_RISK_OF_FRAUD = "HIGH_RISK_OF_FRAUD"
    INCORRECT_ADDRESS = "INCORRECT_ADDRESS"
    INVENTORY_OUT_OF_STOCK = "INVENTORY_OUT_OF_STOCK"
    ONLINE_STORE_POST_PURCHASE_CROSS_SELL = "ONLINE_STORE_POST_PURCHASE_CROSS_SELL"
    OTHER = "OTHER"
    UNKNOWN_DELIVERY_DATE = "UNKNOWN_DELIVERY_DATE"
    UNKNOWN = "UNKNOWN"


class PolicyType(_ShopifyEnum):
    """`ShopPolicyType`."""

    CONTACT_INFORMATION = "CONTACT_INFORMATION"
    LEGAL_NOTICE = "LEGAL_NOTICE"
    PRIVACY_POLICY = "PRIVACY_POLICY"
    REFUND_POLICY = "REFUND_POLICY"
    SHIPPING_POLICY = "SHIPPING_POLICY"
    SUBSCRIPTION_POLICY = "SUBSCRIPTION_POLICY"
    TERMS_OF_SALE = "TERMS_OF_SALE"
    TERMS_OF_SERVICE = "TERMS_OF_SERVICE"
    UNKNOWN = "UNKNOWN"


class MarketingState(_ShopifyEnum):
    """`CustomerEmailAddressMarketingState`: whether newsletters may be sent to an address."""

    INVALID = "INVALID"
    NOT_SUBSCRIBED = "NOT_SUBSCRIBED"
    PENDING = "PENDING"
    SUBSCRIBED = "SUBSCRIBED"
    UNSUBSCRIBED = "UNSUBSCRIBED"
    UNKNOWN = "UNKNOWN"


class CustomerState(_ShopifyEnum):
    """Of a customer's account at the shop."""

    DECLINED = "DECLINED"
    DISABLED = "DISABLED"
    ENABLED = "ENABLED"
    INVITED = "INVITED"
    UNKNOWN = "UNKNOWN"


class AccountsVersion(_ShopifyEnum):
    """`CustomerAccountsVersion`: new accounts are opened with a code by email, classic ones with a password."""

    CLASSIC = "CLASSIC"
    NEW_CUSTOMER_ACCOUNTS = "NEW_CUSTOMER_ACCOUNTS"
    UNKNOWN = "UNKNOWN"


class DigitalWallet(_ShopifyEnum):
    AMAZON_PAY = "AMAZON_PAY"
    ANDROID_PAY = "ANDROID_PAY"
    APPLE_PAY = "APPLE_PAY"
    FACEBOOK_PAY = "FACEBOOK_PAY"
    GOOGLE_PAY = "GOOGLE_PAY"
    SHOPIFY_PAY = "SHOPIFY_PAY"
    UNKNOWN = "UNKNOWN"


class ProductStatus(_ShopifyEnum):
    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"
    DRAFT = "DRAFT"
    UNLISTED = "UNLISTED"
    UNKNOWN = "UNKNOWN"


class InventoryPolicy(_ShopifyEnum):
    """`ProductVariantInventoryPolicy`: whether a variant is sold on when there is none left."""

    CONTINUE = "CONTINUE"
    DENY = "DENY"
    UNKNOWN = "UNKNOWN"


class CancelReason(_ShopifyEnum):
    """`OrderCancelReason`."""

    CUSTOMER = "CUSTOMER"
    DECLINED = "DECLINED"
    FRAUD = "FRAUD"
    INVENTORY = "INVENTORY"
    OTHER = "OTHER"
    STAFF = "STAFF"
    UNKNOWN = "UNKNOWN"


class OrderReturnStatus(_ShopifyEnum):
    """How far all returns of an order together have come."""

    INSPECTION_COMPLETE = "INSPECTION_COMPLETE"
    IN_PROGRESS = "IN_PROGRESS"
    NO_RETURN = "NO_RETURN"
    RETURNED = "RETURNED"
    RETURN_FAILED = "RETURN_FAILED"
    RETURN_REQUESTED = "RETURN_REQUESTED"
    UNKNOWN = "UNKNOWN"


class ReturnStatus(_ShopifyEnum):
    CANCELED = "CANCELED"
    CLOSED = "CLOSED"
    DECLINED = "DECLINED"
    OPEN = "OPEN"
    REQUESTED = "REQUESTED"
    UNKNOWN = "UNKNOWN"


class DeclineReason(_ShopifyEnum):
    """`ReturnDeclineReason`."""

    FINAL_SALE = "FINAL_SALE"
    OTHER = "OTHER"
    RETURN_PERIOD_ENDED = "RETURN_PERIOD_ENDED"
    UNKNOWN = "UNKNOWN"


class RiskRecommendation(_ShopifyEnum):
    """`OrderRiskRecommendationResult`: NONE means that nobody has judged the order."""

    ACCEPT = "ACCEPT"
    CANCEL = "CANCEL"
    INVESTIGATE = "INVESTIGATE"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"


class DeliveryMethodType(_ShopifyEnum):
    """PICK_UP is at the shop, PICKUP_POINT at a parcel shop; NONE is not sent at all."""

    LOCAL = "LOCAL"
    NONE = "NONE"
    PICKUP_POINT = "PICKUP_POINT"
    PICK_UP = "PICK_UP"
    RETAIL = "RETAIL"
    SHIPPING = "SHIPPING"
    UNKNOWN = "UNKNOWN"


class TransactionKind(_ShopifyEnum):
    """`OrderTransactionKind`."""

    AUTHORIZATION = "AUTHORIZATION"
    CAPTURE = "CAPTURE"
    CHANGE = "CHANGE"
    EMV_AUTHORIZATION = "EMV_AUTHORIZATION"
    REFUND = "REFUND"
    SALE = "SALE"
    SUGGESTED_REFUND = "SUGGESTED_REFUND"
    VOID = "VOID"
    UNKNOWN = "UNKNOWN"


class TransactionStatus(_ShopifyEnum):
    """`OrderTransactionStatus`; UNKNOWN is one of Shopify's own here."""

    AWAITING_RESPONSE = "AWAITING_RESPONSE"
    ERROR = "ERROR"
    FAILURE = "FAILURE"
    PENDING = "PENDING"
    SUCCESS = "SUCCESS"
    UNKNOWN = "UNKNOWN"


class FulfillmentRequestStatus(_ShopifyEnum):
    """`FulfillmentOrderRequestStatus`: what a fulfilment service says of the work that it was asked to do."""

    ACCEPTED = "ACCEPTED"
    CANCELLATION_ACCEPTED = "CANCELLATION_ACCEPTED"
    CANCELLATION_REJECTED = "CANCELLATION_REJECTED"
    CANCELLATION_REQUESTED = "CANCELLATION_REQUESTED"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    SUBMITTED = "SUBMITTED"
    UNSUBMITTED = "UNSUBMITTED"
    UNKNOWN = "UNKNOWN"


class FulfillmentOrderAction(_ShopifyEnum):
    CANCEL_FULFILLMENT_ORDER = "CANCEL_FULFILLMENT_ORDER"
    CREATE_FULFILLMENT = "CREATE_FULFILLMENT"
    EXTERNAL = "EXTERNAL"
    HOLD = "HOLD"
    MARK_AS_OPEN = "MARK_AS_OPEN"
    MERGE = "MERGE"
    MOVE = "MOVE"
    RELEASE_HOLD = "RELEASE_HOLD"
    REPORT_PROGRESS = "REPORT_PROGRESS"
    REQUEST_CANCELLATION = "REQUEST_CANCELLATION"
    REQUEST_FULFILLMENT = "REQUEST_FULFILLMENT"
    SPLIT = "SPLIT"
    UNKNOWN = "UNKNOWN"
