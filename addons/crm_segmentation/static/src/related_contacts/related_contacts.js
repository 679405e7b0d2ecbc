import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const FIELDS = ["relation_id", "other_id", "role", "date_from", "date_to", "note", "is_current", "other_active"];

/** Who is related to a contact, read when its tab is opened and not with every contact. */
export class RelatedContacts extends Component {
    static template = "crm_segmentation.RelatedContacts";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ sides: [] });
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps((next) => next.record.resId !== this.loaded && this.load(next.record.resId));
    }

    async load(resId) {
        this.loaded = resId;
        const sides = resId ? await this.orm.searchRead("crm.partner.relation.side", [["partner_id", "=", resId]], FIELDS) : [];
        this.state.sides = sides;
    }

    day(text) {
        return text ? formatDate(deserializeDate(text)) : "";
    }

    openContact(side) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: "res.partner", res_id: side.other_id[0], views: [[false, "form"]] });
    }

    change(side) {
        const relation = { type: "ir.actions.act_window", res_model: "crm.partner.relation", res_id: side.relation_id[0], views: [[false, "form"]], target: "new" };
        this.action.doAction(relation, { onClose: () => this.load(this.loaded) });
    }
}

registry.category("view_widgets").add("crm_related_contacts", { component: RelatedContacts });
