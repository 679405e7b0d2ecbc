import { expect, test } from "@odoo/hoot";
import { animationFrame, queryAllTexts } from "@odoo/hoot-dom";
import { contains, defineModels, fields, models, mountView, onRpc, preloadBundle } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class Customer extends models.Model {
    _name = "crm.customer";
    name = fields.Char();
    _records = [{ id: 7, name: "Azure" }];
}

preloadBundle("web.chartjs_lib");
defineMailModels();
defineModels([Customer]);

const INDICATORS = [{ id: 1, name: "Revenue" }, { id: 2, name: "Meetings" }];
const ARCH = `<form><field name="name"/><widget name="crm_customer_months"/></form>`;

function chart(value_id, documents) {
    const month = { month: "2026-11-01", label: "Nov 2026", quantity: 5, documents, text: "5.00" };
    return { indicators: INDICATORS, value_id, name: "Revenue", basis: "Last 24 months", can_open: true, is_empty: !documents, months: [month] };
}

const mount = () => mountView({ type: "form", resModel: "crm.customer", resId: 7, arch: ARCH });

test("shows a chart, and the months of another indicator when it is chosen", async () => {
    onRpc("crm.customer", "get_months", ({ args }) => {
        expect.step(args);
        return chart(args[1] || 1, 3);
    });
    await mount();
    await animationFrame();
    expect("canvas").toHaveCount(1);
    expect(queryAllTexts("option")).toEqual(["Revenue", "Meetings"]);
    await contains("select").select("2");
    expect.verifySteps([[[7], 0], [[7], 2]]);
});

test("says in words that there is nothing to show", async () => {
    onRpc("crm.customer", "get_months", ({ args }) => (args[1] ? chart(args[1], 0) : { indicators: [] }));
    await mount();
    await animationFrame();
    expect("canvas").toHaveCount(0);
    expect(".o_crm_customer_months").toHaveText(/Nothing has been counted/);
});

test("a chart without documents keeps the choice of indicators", async () => {
    onRpc("crm.customer", "get_months", () => chart(1, 0));
    await mount();
    await animationFrame();
    expect("canvas").toHaveCount(0);
    expect("select").toHaveCount(1);
    expect(".o_crm_customer_months").toHaveText(/No document in these months/);
});

test("a failing chart leaves the profile standing", async () => {
    onRpc("crm.customer", "get_months", () => {
        throw new Error("no");
    });
    await mount();
    await animationFrame();
    expect(".o_field_widget[name=name]").toHaveCount(1);
    expect(".o_crm_customer_months").toHaveText(/could not be read/);
    expect(".o_error_dialog").toHaveCount(0);
});
