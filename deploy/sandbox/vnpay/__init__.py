"""A payment gateway in the VNPAY style to practise on: pay page, notifications (IPN), queries, faults.

GET|POST /vnpay/paymentv2/vpcpay.html            the page a signed redirect leads to, and its form
POST     /vnpay/merchant_webapi/api/transaction  what became of an order (querydr)
POST     /vnpay/sandbox/faults                   what shall go wrong with an order
GET      /vnpay/sandbox/orders/{reference}       an order with its notifications
POST     /vnpay/sandbox/orders/{reference}/ipn   notify again now
"""

from deploy.sandbox.vnpay.admin import routes as _admin
from deploy.sandbox.vnpay.gateway import routes as _gateway
from deploy.sandbox.vnpay.ipn import send_notifications

__all__ = ["routes", "send_notifications"]

routes = [*_gateway, *_admin]
