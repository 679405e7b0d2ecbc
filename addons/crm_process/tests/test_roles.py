from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import ProcessCommon

#: What everybody with Customer Insight reads; the rest is for sales.
WRITTEN_DOWN = {"crm.process", "crm.process.stage", "crm.stage"}

#: Wizards, with the field of the context that names the case.
WIZARDS = ("crm.cycle.close", "crm.lead.outputs", "crm.lead.override", "crm.lead.won", "crm.lead.lost")


@tagged("post_install", "-at_install")
class TestRoles(ProcessCommon):
    """Each role opens each screen once, with everything on it: views, rows, groups, wizards, windows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            "own": cls.salesman,
            "all": new_test_user(cls.env, "role_all", groups="sales_team.group_sale_salesman_all_leads"),
            "manager": cls.manager,
            "configure": new_test_user(cls.env, "role_conf", groups="crm_segmentation.group_insight_configure"),
            "reader": new_test_user(cls.env, "role_read", groups="crm_segmentation.group_insight_read"),
        }
        cls.sheet = cls.env["crm.process.stage"].create(
            {
                "process_id": cls.process.id,
                "stage_id": cls.stage_new.id,
                "time_limit": 8,
                "override_group_ids": [(6, 0, cls.env.ref("sales_team.group_sale_salesman").ids)],
            }
        )
        cls.env["crm.process.io"].create(
            {"sheet_id": cls.sheet.id, "kind": "output", "name": "Checked", "evidence": "checklist"}
        )
        cls.followup = cls._activate()
        cls.lead = cls._lead()
        cls.closed = cls._lead(stage_id=cls.followup.id)
        cls._lead().action_set_lost()
        cls.env.flush_all()

    def _actions(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_process"), ("model", "=", "ir.actions.act_window")]
        )
        return self.env["ir.actions.act_window"].browse(data.mapped("res_id"))

    def _open(self, action, user):
        """Read what the web client reads to show the action."""
        records = self.env[action.res_model].with_user(user)
        for _view, mode in [*action.views, (False, "search")]:
            views = records.get_views([(False, mode)])
            self.assertTrue(views["views"][mode]["arch"])
        names = records.fields_get()
        if not records._transient:
            spec = {name: {} for name in names if names[name]["type"] not in ("one2many", "many2many")}
            records.web_search_read([], spec, limit=5)
            measures = [f"{n}:{f['aggregator']}" for n, f in names.items() if f.get("aggregator") and f.get("sortable")]
            groups = [name for name, field in names.items() if field.get("groupable") and field["type"] == "selection"]
            records.formatted_read_grouping_sets([], [[], groups[:1]], ["__count", *measures])

    def test_each_role_opens_each_screen_it_may(self):
        actions = self._actions()
        self.assertGreater(len(actions), 20)
        for role, user in self.roles.items():
            sells = user.has_group("sales_team.group_sale_salesman")
            for action in actions:
                if self.env[action.res_model]._transient:
                    continue
                with self.subTest(role=role, action=action.name):
                    if sells or action.res_model in WRITTEN_DOWN:
                        self._open(action, user)
                    else:
                        with self.assertRaises(AccessError):
                            self._open(action, user)

    def test_each_role_opens_the_wizards(self):
        for role, user in self.roles.items():
            sells = user.has_group("sales_team.group_sale_salesman")
            for model in WIZARDS:
                lead = self.closed if model == "crm.cycle.close" else self.lead
                context = {"default_lead_id": lead.id, "default_lead_ids": lead.ids}
                with self.subTest(role=role, wizard=model):
                    wizard = self.env[model].with_user(user).with_context(**context)
                    if sells:
                        Form(wizard)
                    else:
                        with self.assertRaises(AccessError):
                            Form(wizard)
            with self.subTest(role=role, wizard="funnel"):
                funnel = self.env["crm.funnel"].with_user(user)
                if sells:
                    action = funnel.create({}).action_open()
                    self.env[action["res_model"]].with_user(user).search(action["domain"])
                else:
                    with self.assertRaises(AccessError):
                        funnel.create({})
            with self.subTest(role=role, wizard="template"):
                template = self.env["crm.process.template"].with_user(user)
                if user.has_group("crm_segmentation.group_insight_configure"):
                    Form(template)
                else:
                    with self.assertRaises(AccessError):
                        Form(template)

    def test_each_role_in_sales_opens_opportunity_order_and_customer(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id, "opportunity_id": self.lead.id})
        order.user_id = self.salesman
        for role in ("own", "all", "manager"):
            for record in (self.lead, self.closed, order, self.customer):
                with self.subTest(role=role, model=record._name):
                    shown = record.with_user(self.roles[role])
                    self.assertTrue(shown.get_views([(False, "form"), (False, "list"), (False, "search")]))
                    Form(shown)

    def test_portal_users_and_employees_reach_no_model_of_ours(self):
        models = (
            self.env["ir.model"]
            .search([])
            .filtered(lambda model: model.model in self.env and self.env[model.model]._original_module == "crm_process")
        )
        self.assertGreater(len(models), 20)
        for groups in ("base.group_portal", "base.group_user"):
            user = new_test_user(self.env, f"role_{groups[-4:]}", groups=groups)
            for model in models:
                records = self.env[model.model].with_user(user)
                with self.subTest(groups=groups, model=model.model):
                    self.assertFalse(records.has_access("read") and not records._abstract)
