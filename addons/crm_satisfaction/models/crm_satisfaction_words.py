"""Words that schedules and invitations share: channels, and why somebody is not asked."""

#: Ways an invitation reaches the contact.
CHANNELS = [("mail", "Mail"), ("link", "Link"), ("qr", "QR Code"), ("portal", "Customer Portal")]
#: Invitations that reached the contact: one that ended before its mail left asked nobody. SQL over ``request``.
REACHED = "(request.state IN ('sent', 'answered') OR (request.state = 'expired' AND request.sent_at IS NOT NULL))"
#: In the order in which they are looked for.
REASONS = [
    ("no_contact", "No contact on the document"),
    ("own", "Our own company"),
    ("staff", "One of our own users"),
    ("archived", "Archived contact"),
    ("other_company", "Contact of another company of ours"),
    ("no_address", "No valid e-mail address"),
    ("no_portal", "Cannot log in to the customer portal"),
    ("blacklisted", "Does not want mail (blacklisted)"),
    ("withdrawn", "Does not want surveys"),
    ("too_late", "Too long ago"),
    ("open", "Has an open invitation"),
    ("waiting", "Asked recently"),
    ("same_address", "Same e-mail address as another contact who is asked"),
    ("customer_limit", "Enough contacts of this customer are asked"),
    ("sample", "Not drawn for the sample"),
    # What ends an invitation
    ("no_answer", "No answer in time"),
    ("not_sent", "The mail never left"),
    ("mail_failed", "The mail could not be sent"),
]
