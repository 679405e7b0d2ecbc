from odoo.tests import new_test_user

from .common import SatisfactionCommon


class AnswersCommon(SatisfactionCommon):
    """Answers stored directly, and the job that counts them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.configurer = new_test_user(
            cls.env, "sat_configurer", groups="crm_segmentation.group_insight_configure,base.group_allow_export"
        )
        cls.csat = cls._scale_program("csat", 1, 5)

    @classmethod
    def _scale_program(cls, metric, low, high, **values):
        question = cls.question.copy({"survey_id": cls.survey.id, "scale_min": low, "scale_max": high})
        return cls.program.copy({"active": True, "metric": metric, "question_id": question.id, **values})

    @classmethod
    def _store(cls, score, partner=None, program=None, **values):
        """Return an answer that came from nowhere in particular."""
        partner = cls.contact if partner is None else partner
        vals = {"program_id": (program or cls.program).id, "partner_id": partner.id, "score": score, "channel": "link"}
        return cls.env["crm.satisfaction.response"]._record([{**vals, **values}])

    @classmethod
    def _count(cls):
        """Work through the list of answers to count; return the rows written."""
        written, left = 0, 1
        while left:
            done, left = cls.env["crm.customer"]._count_answers()
            written += done
        return written

    @classmethod
    def _months(cls, dimension="all", **domain):
        """Return ``{member: (good, middle, bad)}`` of the stored months."""
        domain = [("dimension", "=", dimension), *((name, "=", value) for name, value in domain.items())]
        rows = cls.env["crm.satisfaction.month"]._read_group(domain, ["res_id"], ["good:sum", "middle:sum", "bad:sum"])
        return {member: tuple(counts) for member, *counts in rows}
