"""A company that buys goods and sells them: from the enquiry to the delivery, the payment and the next order."""

from odoo.tools import LazyTranslate

from .build import chance, gives, risk, takes, uses

_lt = LazyTranslate(__name__)

NEEDS = {
    "expected_result": _lt(
        "We know what the customer needs, how much, by when and at what price level, and who decides."
    ),
    "criteria": _lt(
        "Item, quantity, delivery date and place are written down.\nThe first answer left within one working day.\n"
        "Credit standing is known before an offer is worked on."
    ),
    "methods": _lt(
        "1. Confirm the enquiry and name the person who looks after it.\n2. Ask for use, quantity, date, place and "
        "former supplier.\n3. Check whether we carry the goods, or who does.\n4. Decide with the sales manager "
        "whether to offer or to decline."
    ),
    "interface_note": _lt(
        "Marketing hands enquiries over with their source. Purchasing hears of goods we do not carry."
    ),
    "responsibility": _lt("Sales representative of the territory; the sales manager decides what is declined."),
    "inputs": [
        takes(_lt("Enquiry"), "external", _lt("Customer")),
        takes(_lt("Source of the enquiry"), "internal", _lt("Marketing")),
        takes(_lt("Credit information"), "other", _lt("Credit agency")),
    ],
    "outputs": [
        gives(_lt("Written requirement"), "internal", _lt("Purchasing")),
        gives(_lt("Confirmation of the enquiry"), "external", _lt("Customer")),
    ],
    "resources": [
        uses("people", _lt("Sales representative"), _lt("half an hour an enquiry")),
        uses("skill", _lt("Product knowledge"), False, _lt("Training by the product manager, once a year")),
        uses("information", _lt("Price list and stock on hand")),
    ],
    "risks": [
        risk(
            _lt("The enquiry stays without an answer"),
            2,
            3,
            "customer",
            _lt("Buys elsewhere and does not ask again"),
            _lt("Each enquiry has an owner and an activity on the day it arrives"),
            1,
        ),
        chance(
            _lt("The customer needs related goods as well"),
            2,
            2,
            "customer",
            _lt("One supplier instead of three"),
            _lt("Ask for the whole project, not for the item alone"),
            2,
        ),
    ],
    "indicators": [],
}
SOLUTION = {
    "expected_result": _lt(
        "A written offer with price, delivery date and terms that we can keep is with the customer."
    ),
    "criteria": _lt(
        "The delivery date is confirmed by the supplier.\nThe margin is at least what the price policy asks for.\n"
        "The offer says how long it is valid."
    ),
    "methods": _lt(
        "1. Ask at least two suppliers for price and date, unless the goods are in stock.\n2. Work out freight, duty "
        "and margin.\n3. Write the offer as a quotation and send it from the system.\n4. Call two days later."
    ),
    "interface_note": _lt(
        "Purchasing answers price requests within two working days and says until when the price holds."
    ),
    "responsibility": _lt("Sales representative; purchasing for price and date; the sales manager below the margin."),
    "inputs": [
        takes(_lt("Written requirement"), "internal", _lt("Sales")),
        takes(_lt("Purchase price and delivery date"), "external", _lt("Supplier")),
        takes(_lt("Freight and duty"), "other", _lt("Forwarding agent")),
    ],
    "outputs": [
        gives(_lt("Offer"), "external", _lt("Customer")),
        gives(_lt("Reservation of stock"), "internal", _lt("Warehouse")),
    ],
    "resources": [
        uses("people", _lt("Sales representative and buyer"), _lt("two hours an offer")),
        uses("skill", _lt("Calculation"), False, _lt("Course on freight, duty and margin")),
        uses("information", _lt("Prices of the suppliers and of former offers")),
        uses("material", _lt("Samples"), _lt("on request")),
    ],
    "risks": [
        risk(
            _lt("The supplier raises the price after our offer"),
            2,
            2,
            "supplier",
            _lt("Delivers at a loss or not at all"),
            _lt("The offer is valid no longer than the price of the supplier"),
            1,
        ),
        risk(
            _lt("The date cannot be kept"),
            2,
            3,
            "customer",
            _lt("Stands still waiting for our goods"),
            _lt("Dates are confirmed in writing before the offer leaves"),
            1,
        ),
    ],
    "indicators": [],
}
SALE = {
    "expected_result": _lt("The customer has said yes or no, and we know why."),
    "criteria": _lt(
        "Price, date and terms are agreed in writing.\nA discount beyond the limit has been approved.\nThe reason of "
        "a lost offer is noted."
    ),
    "methods": _lt(
        "1. Ask what stands in the way of the order.\n2. Change scope or terms before price.\n3. Agree delivery in "
        "parts where it helps.\n4. Ask for the order; note the competitor when it goes elsewhere."
    ),
    "interface_note": _lt("Finance approves terms of payment that differ from the standard before they are offered."),
    "responsibility": _lt("Sales representative; the sales manager for discounts; finance for terms of payment."),
    "inputs": [
        takes(_lt("Answer to the offer"), "external", _lt("Customer")),
        takes(_lt("Credit limit"), "internal", _lt("Finance")),
    ],
    "outputs": [
        gives(_lt("Order, or the reason why there is none"), "internal", _lt("Sales manager")),
        gives(_lt("Order confirmation"), "external", _lt("Customer")),
    ],
    "resources": [
        uses("people", _lt("Sales representative"), _lt("one hour an offer")),
        uses("skill", _lt("Negotiation"), False, _lt("Training every two years")),
        uses("information", _lt("Margin of the offer, and what the customer buys otherwise")),
    ],
    "risks": [
        risk(
            _lt("The discount eats up the margin"),
            3,
            2,
            "company",
            _lt("Works for nothing"),
            _lt("Discounts beyond the limit need the sales manager"),
            1,
        ),
        chance(
            _lt("A yearly contract instead of one order"),
            1,
            3,
            "customer",
            _lt("Fixed price and sure delivery"),
            _lt("Offered from the third order on"),
            2,
        ),
    ],
    "indicators": ["revenue"],
}
WON = {
    "expected_result": _lt("The order is confirmed and handed over: whoever delivers knows what was promised."),
    "criteria": _lt("The sales order agrees with the offer.\nWhat was promised beyond the order is written on it."),
    "methods": _lt("1. Confirm the order.\n2. Order what is not in stock.\n3. Tell the customer the date and a name."),
    "interface_note": _lt(
        "Handover to warehouse and purchasing on the day of the order; special promises are read out."
    ),
    "responsibility": _lt("Inside sales."),
    "inputs": [takes(_lt("Order"), "external", _lt("Customer"))],
    "outputs": [
        gives(_lt("Delivery order"), "internal", _lt("Warehouse")),
        gives(_lt("Purchase order"), "external", _lt("Supplier")),
    ],
    "resources": [uses("people", _lt("Inside sales"), _lt("half an hour an order"))],
    "risks": [
        risk(
            _lt("A promise is not handed over"),
            2,
            2,
            "customer",
            _lt("Gets something else than agreed"),
            _lt("Promises are part of the order, not of the memory"),
            1,
        )
    ],
    "indicators": ["revenue"],
}
FOLLOWUP = {
    "expected_result": _lt("Delivered as promised, paid on time, and we know what the customer wants next."),
    "criteria": _lt(
        "The customer was called within a week of the delivery.\nComplaints are settled.\nThe next wish and its date "
        "are noted."
    ),
    "methods": _lt(
        "1. Call in the week after the delivery.\n2. Settle what is not right.\n3. Look after the "
        "payment with finance.\n"
        "4. Close with what was learnt; start the next cycle."
    ),
    "interface_note": _lt("Finance tells sales of overdue invoices before a reminder leaves."),
    "responsibility": _lt("Sales representative; customer service for complaints; finance for payments."),
    "inputs": [
        takes(_lt("Delivery note"), "internal", _lt("Warehouse")),
        takes(_lt("Complaint or praise"), "external", _lt("Customer")),
        takes(_lt("Payment"), "other", _lt("Bank")),
    ],
    "outputs": [
        gives(_lt("What was learnt"), "internal", _lt("Sales and purchasing")),
        gives(_lt("Next requirement"), "internal", _lt("Sales")),
    ],
    "resources": [
        uses("people", _lt("Sales representative"), _lt("twenty minutes an order")),
        uses("skill", _lt("Handling complaints"), False, _lt("Training by customer service")),
        uses("information", _lt("Open items and deliveries of the customer")),
    ],
    "risks": [
        risk(
            _lt("A complaint is settled late"),
            2,
            3,
            "customer",
            _lt("Tells others"),
            _lt("A complaint has an owner and a deadline"),
            1,
        ),
        chance(
            _lt("A content customer recommends us"),
            2,
            2,
            "other",
            _lt("Hears of us from somebody who knows"),
            _lt("Ask for a reference in the week after the delivery"),
            2,
        ),
    ],
    "indicators": ["purchase_days", "credit_notes"],
}
PROCESS = {
    "label": _lt("Trading company"),
    "name": _lt("Selling goods"),
    "purpose": _lt("From the enquiry to the order, the delivery, the payment and the next wish of the customer."),
    "sheets": {"needs": NEEDS, "solution": SOLUTION, "sale": SALE, "won": WON, "followup": FOLLOWUP},
}
