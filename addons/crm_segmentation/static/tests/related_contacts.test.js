import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, defineModels, fields, mockService, models, mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class Contact extends models.Model {
    _name = "contact";
    name = fields.Char();
    _records = [{ id: 7, name: "Mother" }];
}

defineMailModels();
defineModels([Contact]);

const SIDE = { id: 3, relation_id: [1, "x"], other_id: [8, "Daughter"], role: "Child", date_from: false, date_to: false, note: "Looks for a flat", is_current: true, other_active: true };
const ARCH = `<form><field name="name"/><notebook><page string="One"/><page string="Two"><widget name="crm_related_contacts"/></page></notebook></form>`;

const mount = () => mountView({ type: "form", resModel: "contact", resId: 7, arch: ARCH });

test("reads the relations when the tab is opened, and opens what is clicked", async () => {
    onRpc("crm.partner.relation.side", "search_read", ({ kwargs }) => {
        expect.step(JSON.stringify(kwargs.domain));
        return [SIDE];
    });
    mockService("action", { doAction: (action) => expect.step(`${action.res_model} ${action.res_id}`) });
    await mount();
    expect.verifySteps([]);
    await contains(".nav-link:contains(Two)").click();
    await animationFrame();
    expect.verifySteps([`[["partner_id","=",7]]`]);
    expect(queryAllTexts(".o_crm_related_contacts td").slice(0, 2)).toEqual(["Daughter", "Child"]);
    await contains(".o_crm_related_contacts a").click();
    await contains(".o_crm_related_contacts button").click();
    expect.verifySteps(["res.partner 8", "crm.partner.relation 1"]);
});

test("says in words that nobody is related", async () => {
    onRpc("crm.partner.relation.side", "search_read", () => []);
    await mount();
    await contains(".nav-link:contains(Two)").click();
    await animationFrame();
    expect(".o_crm_related_contacts").toHaveText(/Nobody is known/);
});
