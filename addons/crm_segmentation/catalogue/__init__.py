"""Ready indicators for the apps a company may use; each is offered only where its documents and fields exist."""

from . import (
    accounting,
    crm,
    event,
    helpdesk,
    marketing,
    meetings,
    messaging,
    point_of_sale,
    project,
    sale,
    stock,
    survey,
)

#: On the page the apps appear in this order.
FAMILIES = (
    accounting,
    sale,
    crm,
    messaging,
    meetings,
    stock,
    project,
    helpdesk,
    marketing,
    event,
    point_of_sale,
    survey,
)
