"""What every public page of ours shares: how it is rendered, in which language, and when a visitor has confirmed."""

from odoo.http import request

# The address of the page is the key to the answer: it must not be kept, indexed, framed or passed on.
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
    ),
]


def render(template, record, status=200, **values):
    """Return the response with a page of ours.

    :param record: the invitation, answer or schedule the page is about, in the language of the page; may be empty
    """
    lang = record.env.context.get("lang") or request.env.lang or "en_US"
    lang_data = request.env["res.lang"]._get_data(code=lang)
    values.setdefault("stop_path", None)
    values.setdefault("languages", [])
    values.update(
        company=record.company_id or request.env["res.company"].sudo(),
        html_lang=lang.split("@")[0].replace("_", "-"),
        html_dir=lang_data.direction or "ltr",
        csrf_token=request.csrf_token(),
    )
    html = request.env["ir.qweb"].with_context(lang=lang)._render(f"crm_satisfaction.{template}", values)
    headers = [("Content-Type", "text/html; charset=utf-8"), *HEADERS]
    return request.make_response(html, headers=headers, status=status)


def confirmed(csrf_token):
    """Tell whether a person pressed the button of a page of ours.

    Routes check the token themselves: the framework would answer a page left open overnight with an error.
    """
    return isinstance(csrf_token, str) and csrf_token.isascii() and request.validate_csrf(csrf_token)


def question_values(program_sudo, score, chosen):
    """Return what the page of the question needs."""
    return {
        "question": program_sudo.question_id,
        "choices": program_sudo._get_choices(),
        "words": program_sudo._has_words(),
        "chosen": chosen,
        "score": score,
    }


def thanks_values(response_sudo, next_url):
    """Return what the page after the score needs: the question that follows, thanks by score, the way on."""
    program_sudo = response_sudo.program_id
    group = response_sudo.score_group
    words = dict(program_sudo._get_choices())
    return {
        "response": response_sudo,
        "score_word": words.get(response_sudo.score) if program_sudo._has_words() else "",
        "follow_up": response_sudo._get_follow_up(),
        "thanks": program_sudo._get_by_score("thanks", group) if group else "",
        "link_url": program_sudo.thanks_url,
        "link_label": program_sudo.thanks_url_label or program_sudo.thanks_url,
        "next_url": next_url,
    }


def next_url(answer_sudo):
    """Return the address of the other questions, None where there are none or core would show an error."""
    user, survey_sudo = request.env.user, answer_sudo.survey_id
    stranger = not user._is_public() and user.partner_id != answer_sudo.partner_id
    if not survey_sudo.active or answer_sudo.state != "in_progress" or survey_sudo.users_login_required or stranger:
        return None
    return answer_sudo.get_start_url()
