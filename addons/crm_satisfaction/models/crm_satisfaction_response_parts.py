"""The pages after the score: attributes, choices and texts become rows of the answer."""

from odoo import fields, models

from ..tools import scores
from ..tools.text import shorten


class CrmSatisfactionResponse(models.Model):
    _inherit = "crm.satisfaction.response"

    part_ids = fields.One2many(
        "crm.satisfaction.response.part",
        "response_id",
        string="Details",
        readonly=True,
        help="Scores of attributes, choices and texts given on the pages after the score.",
    )

    def _add_part(self, question, answer, comment=None):
        """Store what was answered to a question after the score, the first time it is; the first text is the comment.

        :param answer: as core's pages send it: text, number, id of a choice or a list of ids
        """
        self.ensure_one()
        rows = self._prepare_parts(question, answer, comment)
        known = set(self.part_ids.filtered(lambda part: part.question_id == question).mapped("kind"))
        rows = [row for row in rows if row["kind"] not in known]
        if not rows:
            return
        self.env["crm.satisfaction.response.part"].create(rows)
        text = next((row["comment"] for row in rows if row["kind"] == "comment"), None)
        if text and not self.comment:
            self.write({"comment": text})

    def _prepare_parts(self, question, answer, comment):
        """Return the rows of one question; empty for what was skipped or lies off its scale."""
        shared = {
            "response_id": self.id,
            "company_id": self.company_id.id,
            "question_id": question.id,
            "question_title": question.title or question.display_name,
        }
        if question.question_type == "scale":
            score = scores.parse_score(answer, question.scale_min, question.scale_max)
            bounds = {"scale_min": question.scale_min, "scale_max": question.scale_max}
            return [] if score is None else [{**shared, **bounds, "kind": "attribute", "score": score}]
        texts = [("choice", label) for label in self._chosen_labels(question, answer)]
        if question.question_type in ("text_box", "char_box"):
            texts.append(("comment", answer))
        texts.append(("comment", comment))
        texts = [(kind, shorten(text)) for kind, text in texts]
        return [{**shared, "kind": kind, kind: text} for kind, text in texts if text]

    def _chosen_labels(self, question, answer):
        """Return the words of the choices made; of a table, each row with the column chosen."""
        if question.question_type in ("simple_choice", "multiple_choice"):
            chosen = {str(value) for value in (answer if isinstance(answer, list) else [answer])}
            return question.suggested_answer_ids.filtered(lambda label: str(label.id) in chosen).mapped("value")
        if question.question_type != "matrix" or not isinstance(answer, dict):
            return []
        labels = {str(label.id): label.value for label in question.suggested_answer_ids}
        rows = {str(row.id): row.value for row in question.matrix_row_ids}
        return [
            f"{rows[str(row)]}: {labels[str(column)]}"
            for row, columns in answer.items()
            for column in (columns if isinstance(columns, list) else [columns])
            if str(row) in rows and str(column) in labels
        ]
