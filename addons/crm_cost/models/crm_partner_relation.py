from odoo import api, models
from odoo.tools import SQL


class CrmPartnerRelation(models.Model):
    _inherit = "crm.partner.relation"

    @api.model
    def _cost_groups_sql(self, date_from, date_to):
        """Return a SELECT of (partner_id, head_id): customers that belong together at some time between two days.

        Relations reach further: the subsidiary of a subsidiary belongs to the group. The head is the contact with the
        lowest number, the same on every page.
        """
        self.env.flush_all()
        return SQL(
            """
            WITH RECURSIVE edge AS (
                 SELECT who.commercial_partner_id AS a, whom.commercial_partner_id AS b
                   FROM crm_partner_relation relation
                   JOIN crm_partner_relation_type kind ON kind.id = relation.type_id AND kind.is_cost_group
                   JOIN res_partner who ON who.id = relation.partner_id
                   JOIN res_partner whom ON whom.id = relation.other_id
                  WHERE COALESCE(relation.date_from, %(date_to)s) <= %(date_to)s
                    AND COALESCE(relation.date_to, %(date_from)s) >= %(date_from)s
                 ), link AS (SELECT a, b FROM edge UNION SELECT b, a FROM edge),
                 reach AS (SELECT a AS partner_id, a AS other_id FROM link
                           UNION SELECT reach.partner_id, link.b FROM reach JOIN link ON link.a = reach.other_id)
            SELECT partner_id, MIN(other_id) AS head_id FROM reach GROUP BY partner_id
            """,
            date_from=date_from,
            date_to=date_to,
        )

    @api.model
    def _cost_group(self, partner, date_from, date_to):
        """Return the customers that are read as one with ``partner``, himself included."""
        rows = self.env.execute_query(
            SQL(
                "WITH member AS (%s) SELECT partner_id FROM member WHERE head_id ="
                " (SELECT head_id FROM member WHERE partner_id = %s)",
                self._cost_groups_sql(date_from, date_to),
                partner.id,
            )
        )
        return partner | partner.browse(member for (member,) in rows)
