"""A company that sells the time and knowledge of its people: from the first talk to the project and the next one."""

from odoo.tools import LazyTranslate

from .build import chance, gives, risk, takes, uses

_lt = LazyTranslate(__name__)

NEEDS = {
    "expected_result": _lt(
        "We know the problem in the words of the client, what it costs them, and who wants it solved."
    ),
    "criteria": _lt(
        "A first talk was held with somebody who can decide.\nBudget and date are known, or known not to exist.\n"
        "We have done something like it before, or say that we have not."
    ),
    "methods": _lt(
        "1. Prepare the talk: business of the client, former contacts.\n2. Listen first: what happens, "
        "since when, what "
        "was tried.\n3. Write the problem down and have it confirmed.\n4. Decide in the weekly round whether to go on."
    ),
    "interface_note": _lt("The partner who knows the client hands over what was said, and is told what follows."),
    "responsibility": _lt("Partner in charge of the client; the weekly round decides."),
    "inputs": [
        takes(_lt("First request"), "external", _lt("Client")),
        takes(_lt("Recommendation"), "other", _lt("Former client")),
    ],
    "outputs": [
        gives(_lt("Problem statement confirmed by the client"), "external", _lt("Client")),
        gives(_lt("Decision to go on"), "internal", _lt("Project office")),
    ],
    "resources": [
        uses("people", _lt("Partner and one consultant"), _lt("half a day")),
        uses("skill", _lt("Interviewing")),
        uses("information", _lt("Reports of similar projects")),
    ],
    "risks": [
        risk(
            _lt("We talk to somebody who cannot decide"),
            3,
            2,
            "company",
            _lt("Weeks of work without an order"),
            _lt("Ask in the first talk who decides and how"),
            2,
        ),
        chance(
            _lt("The problem is larger than the request"),
            2,
            3,
            "customer",
            _lt("Solves the cause and not the sign"),
            _lt("Offer a short analysis before the project"),
            2,
        ),
    ],
    "indicators": [],
}
SOLUTION = {
    "expected_result": _lt(
        "The client has a proposal with goal, approach, team, days and price, and has talked it through."
    ),
    "criteria": _lt(
        "The goal can be checked at the end.\nThe people named are free at that time.\nSomebody who did not write the "
        "proposal has read it."
    ),
    "methods": _lt(
        "1. Sketch the approach with the consultant who will do the work.\n2. Estimate days from similar projects.\n"
        "3. Second reading by another partner.\n4. Present it; do not send it by mail alone."
    ),
    "interface_note": _lt("The project office confirms that the people are free before the proposal leaves."),
    "responsibility": _lt("Consultant who will lead the project; the second partner for the reading."),
    "inputs": [
        takes(_lt("Problem statement"), "external", _lt("Client")),
        takes(_lt("Free days of the consultants"), "internal", _lt("Project office")),
        takes(_lt("Day rates of specialists"), "external", _lt("Freelancers")),
    ],
    "outputs": [
        gives(_lt("Proposal"), "external", _lt("Client")),
        gives(_lt("Reserved days"), "internal", _lt("Project office")),
    ],
    "resources": [
        uses("people", _lt("Project leader"), _lt("two days")),
        uses("skill", _lt("Estimating")),
        uses("information", _lt("Hours of former projects")),
    ],
    "risks": [
        risk(
            _lt("The work is estimated too low"),
            3,
            3,
            "company",
            _lt("The project eats up its profit"),
            _lt("Compare with the hours of two similar projects"),
            2,
        ),
        risk(
            _lt("The people named leave or are elsewhere"),
            2,
            3,
            "customer",
            _lt("Gets strangers instead of the team chosen"),
            _lt("Name a deputy in the proposal"),
            1,
        ),
    ],
    "indicators": [],
}
SALE = {
    "expected_result": _lt("The contract is signed, or declined with a reason we can learn from."),
    "criteria": _lt("Scope, acceptance and terms of payment are unambiguous.\nChanges of scope have a price."),
    "methods": _lt(
        "1. Ask for objections one by one.\n2. Cut scope rather than rates.\n3. Have liability and data protection "
        "checked.\n4. Agree the day on which work begins."
    ),
    "interface_note": _lt("Legal reads contracts that are not ours within three working days."),
    "responsibility": _lt("Partner in charge of the client; legal for contracts of the client."),
    "inputs": [
        takes(_lt("Answer to the proposal"), "external", _lt("Client")),
        takes(_lt("Terms of purchase"), "external", _lt("Purchasing department of the client")),
    ],
    "outputs": [
        gives(_lt("Signed contract"), "external", _lt("Client")),
        gives(_lt("Reason of the decision"), "internal", _lt("Weekly round")),
    ],
    "resources": [
        uses("people", _lt("Partner"), _lt("one day")),
        uses("skill", _lt("Negotiation")),
        uses("information", _lt("Model contract")),
    ],
    "risks": [
        risk(
            _lt("Acceptance is not defined"),
            2,
            3,
            "customer",
            _lt("Does not know when the project is done"),
            _lt("No contract without a list of what is accepted how"),
            1,
        ),
        chance(
            _lt("A framework contract"),
            1,
            3,
            "customer",
            _lt("Can call days without a new purchase"),
            _lt("Offered with the second project"),
            2,
        ),
    ],
    "indicators": ["revenue"],
}
WON = {
    "expected_result": _lt("The project has a leader, a plan and a first date, and everybody knows what was promised."),
    "criteria": _lt("The handover was held with sales and project leader in one room."),
    "methods": _lt("1. Handover talk.\n2. Create project and budget of hours.\n3. Invite the client to the start."),
    "interface_note": _lt("From here on the project leader speaks with the client; the partner stays in reach."),
    "responsibility": _lt("Project leader."),
    "inputs": [takes(_lt("Signed contract"), "external", _lt("Client"))],
    "outputs": [
        gives(_lt("Project with budget of hours"), "internal", _lt("Project team")),
        gives(_lt("Invitation to the start"), "external", _lt("Client")),
    ],
    "resources": [uses("people", _lt("Partner and project leader"), _lt("two hours"))],
    "risks": [
        risk(
            _lt("The team does not know what was promised"),
            2,
            3,
            "customer",
            _lt("Has to tell everything twice"),
            _lt("The handover talk is a condition of the start"),
            1,
        )
    ],
    "indicators": ["revenue"],
}
FOLLOWUP = {
    "expected_result": _lt("The result is accepted, paid and in use, and the client has told us what comes next."),
    "criteria": _lt("The acceptance is signed.\nThe client was asked after three months whether the result is used."),
    "methods": _lt(
        "1. Acceptance by the list in the contract.\n2. Closing talk: what was good, what was not.\n3. Ask again after "
        "three months.\n4. Close with what was learnt; start the next cycle."
    ),
    "interface_note": _lt("The project leader writes the report; the partner takes it to the closing talk."),
    "responsibility": _lt("Project leader for acceptance; partner for the closing talk."),
    "inputs": [
        takes(_lt("Acceptance"), "external", _lt("Client")),
        takes(_lt("Hours against the budget"), "internal", _lt("Project team")),
    ],
    "outputs": [
        gives(_lt("Project report"), "internal", _lt("All consultants")),
        gives(_lt("Reference"), "other", _lt("Public")),
        gives(_lt("Next question"), "internal", _lt("Partner in charge")),
    ],
    "resources": [
        uses("people", _lt("Project leader and partner"), _lt("one day")),
        uses("skill", _lt("Presenting results")),
        uses("information", _lt("Proposal and acceptance list")),
    ],
    "risks": [
        risk(
            _lt("The report ends in a drawer"),
            2,
            2,
            "customer",
            _lt("Paid for paper"),
            _lt("Agree in the closing talk who does what by when"),
            1,
        ),
        chance(
            _lt("The client changes employer and takes us along"),
            1,
            2,
            "other",
            _lt("A new client who knows us"),
            _lt("Keep in touch with persons, not only with companies"),
            1,
        ),
    ],
    "indicators": ["purchase_days"],
}
PROCESS = {
    "label": _lt("Consultancy"),
    "name": _lt("Selling projects"),
    "purpose": _lt(
        "From the first talk to the contract, the project, its acceptance and the next question of the client."
    ),
    "sheets": {"needs": NEEDS, "solution": SOLUTION, "sale": SALE, "won": WON, "followup": FOLLOWUP},
}
