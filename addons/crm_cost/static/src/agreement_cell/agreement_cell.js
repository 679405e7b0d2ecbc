import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";

/** An amount of the agreement with the ledger: a click opens what this one cell is made of. */
export class AgreementCell extends MonetaryField {
    static template = "crm_cost.AgreementCell";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
    }

    async open() {
        const { resId, resModel } = this.props.record;
        this.action.doAction(await this.orm.call(resModel, "action_open_cell", [[resId], this.props.name]));
    }
}

registry.category("fields").add("crm_cost_cell", { ...monetaryField, component: AgreementCell });
