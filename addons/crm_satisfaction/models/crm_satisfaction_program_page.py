"""What the public page of a schedule says: words of the scale, the question after the score, thanks."""

from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Field suffix of each group of scores.
LEVELS = {"promoter": "high", "passive": "middle", "detractor": "low"}


class CrmSatisfactionProgram(models.Model):
    _inherit = "crm.satisfaction.program"

    scale_words = fields.Text(
        string="Words of the Scale",
        translate=True,
        help="One line for each number, lowest first, such as Very dissatisfied to Very satisfied. They stand beside "
        "the numbers in the mail and on the page. Empty: only the ends are named, as in the survey.",
    )
    # The question after the score
    follow_up_low = fields.Char(
        string="Question After a Low Score",
        translate=True,
        help="Asked on the page that follows a low score (NPS 0 to 6), such as: What went wrong? Empty: not asked.",
    )
    follow_up_middle = fields.Char(
        string="Question After a Middle Score",
        translate=True,
        help="Asked on the page that follows a middle score (NPS 7 or 8), such as: What is missing? Empty: not asked.",
    )
    follow_up_high = fields.Char(
        string="Question After a High Score",
        translate=True,
        help="Asked on the page that follows a high score (NPS 9 or 10), such as: What do you like? Empty: not asked.",
    )
    follow_up_question_id = fields.Many2one(
        "survey.question",
        string="Stored as Answer to",
        ondelete="set null",
        index="btree_not_null",
        compute="_compute_follow_up_question_id",
        store=True,
        readonly=False,
        domain="[('survey_id', '=', survey_id), ('question_type', 'in', ('text_box', 'char_box'))]",
        help="The text question of the survey that gets what customers write after the score; it is not asked again. "
        "Empty: the text is kept as the comment of the answer only.",
    )
    # Thanks
    thanks_low = fields.Text(
        string="Thanks After a Low Score",
        translate=True,
        help="Stands under the thanks, such as who will call and when.",
    )
    thanks_middle = fields.Text(
        string="Thanks After a Middle Score", translate=True, help="Stands under the thanks after a middle score."
    )
    thanks_high = fields.Text(
        string="Thanks After a High Score", translate=True, help="Stands under the thanks after a high score."
    )
    thanks_url = fields.Char(
        string="Link After the Thanks",
        help="Web address shown to everybody who answered, whatever the score: inviting only content customers to a "
        "review site is forbidden in many countries and by most review sites.",
    )
    thanks_url_label = fields.Char(string="Text of the Link", translate=True, help="Empty: the address itself.")

    @api.depends("survey_id")
    def _compute_follow_up_question_id(self):
        """Propose the first text question of the survey; keep one that still belongs to it."""
        for program in self:
            if program.follow_up_question_id.survey_id != program.survey_id or not program.follow_up_question_id:
                texts = program.survey_id.question_ids.filtered(lambda q: q.question_type in ("text_box", "char_box"))
                program.follow_up_question_id = texts[:1]

    @api.constrains("follow_up_question_id", "survey_id")
    def _check_follow_up_question(self):
        for program in self.sudo():
            question = program.follow_up_question_id
            if question and (
                question.survey_id != program.survey_id or question.question_type not in ("text_box", "char_box")
            ):
                raise ValidationError(
                    self.env._("%(schedule)s needs a text question of its own survey.", schedule=program.name)
                )

    @api.constrains("thanks_url")
    def _check_thanks_url(self):
        for program in self.filtered("thanks_url"):
            address = urlsplit(program.thanks_url)
            if address.scheme not in ("http", "https") or not address.netloc:
                raise ValidationError(
                    self.env._("%(address)s is no web address (https://...).", address=program.thanks_url)
                )

    @api.constrains("scale_words", "metric")
    def _check_scale_words(self):
        for program in self.filtered("scale_words"):
            low, high = program._scale()
            if len(program._split_words()) != high - low + 1:
                raise ValidationError(
                    self.env._("Write %(number)s lines, one word or phrase each.", number=high - low + 1)
                )

    def copy_data(self, default=None):
        """Look for the text question again in a copy that asks another survey."""
        vals_list = super().copy_data(default)
        if "survey_id" in (default or {}) and "follow_up_question_id" not in default:
            for vals in vals_list:
                vals.pop("follow_up_question_id", None)
        return vals_list

    def _split_words(self):
        return [line.strip() for line in (self.scale_words or "").splitlines() if line.strip()]

    def _get_choices(self):
        """Return [(number, word)] of the scale; '' where a number has no word.

        A translation that has lost a line would move the words to wrong numbers, so it counts as none.
        """
        low, high = self._scale()
        words = self._split_words()
        if len(words) != high - low + 1:
            # Whoever may see the schedule may see the words of its scale.
            question = self.sudo().question_id
            words = [""] * (high - low + 1)
            words[0], words[-1] = question.scale_min_label or "", question.scale_max_label or ""
        return list(zip(range(low, high + 1), words, strict=True))

    def _has_words(self):
        """Tell whether every number of the scale has its word, so that the choices are shown as a list."""
        return all(word for _number, word in self._get_choices())

    def _get_by_score(self, kind, group):
        """Return the text of ``kind`` ('follow_up' or 'thanks') for a group of scores."""
        return self[f"{kind}_{LEVELS[group]}"] or ""
