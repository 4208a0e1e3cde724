"""The program's own column names: every source is renamed to these, and the client's headings stop there."""

ORDER_ID = "order_id"
CUSTOMER_ID = "customer_id"
PRODUCT_ID = "product_id"
PRODUCT_NAME = "product_name"
QUANTITY = "quantity"
UNIT_PRICE = "unit_price"
AMOUNT = "amount"
ORDERED_AT = "ordered_at"
STORE = "store"

FILE = "file_number"
CURRENCY = "currency"
STATE = "state"
LEFT_OUT = "left_out"
UNREAD = "unread_money"
UNREAD_IN = "unread_column"

FATE = "fate"
WITHOUT_ID = "without_customer_id"

TOTAL_SALES = "total_sales"
ORDER_COUNT = "order_count"
ORDER_DAYS = "order_days"
AVG_ORDER_VALUE = "avg_order_value"
RECENCY_DAYS = "recency_days"
SILENCE = "silence"
FIRST_ORDERED_AT = "first_ordered_at"
LAST_ORDERED_AT = "last_ordered_at"
NET_AMOUNT = "net_amount"
YEAR_AMOUNT = "year_amount"
YEAR_ORDERS = "year_orders"
SEGMENT = "segment"
SEGMENT_NAME = "segment_name"
PREVIOUS_SEGMENT = "previous_segment"
CHANGED_IN = "changed_in"
KEPT_SHARE = "kept_share"
NEXT_ORDER = "next_order"
ORDER_CHANCE = "order_chance"
ACTION = "action"
ARM = "arm"
WHY = "why"
LAST_ORDER = "last_order"
USUAL_PRODUCT = "usual_product"
SHOW = "show"
PLACEMENT = "placement"

LINES = "lines"
ORDERS = "orders"
UNITS = "units"
SALES = "sales"

FEATURES = (TOTAL_SALES, ORDER_COUNT, AVG_ORDER_VALUE)
METRICS = (*FEATURES, RECENCY_DAYS)

MONEY_SCALE = 10_000
"""Money inside `lines` is a whole number of ten-thousandths of the currency unit, so that sums are exact."""

QUANTITY_SCALE = 1_000_000
"""Quantities inside `lines` are whole millionths of a unit (a shop may sell by weight)."""
