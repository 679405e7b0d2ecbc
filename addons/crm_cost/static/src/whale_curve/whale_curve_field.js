import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { hexToRGBA } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Cumulative profit of the customers, best first: hover names them, click opens them. */
export class WhaleCurveField extends Component {
    static template = "crm_cost.WhaleCurveField";
    static props = { ...standardFieldProps };

    setup() {
        this.canvas = useRef("canvas");
        this.orm = useService("orm");
        this.action = useService("action");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect((curve) => this.draw(curve), () => [this.props.record.data[this.props.name]]);
    }

    draw(curve) {
        const money = (value) => formatMonetary(value, { currencyId: curve.currency });
        const height = (value) => (curve.percent ? `${value} %` : money(value));
        const points = [{ x: 0, y: 0 }, ...(curve?.points || [])];
        const color = "#017E84";
        const chart = new Chart(this.canvas.el, {
            type: "line",
            data: { datasets: [{ data: points, borderColor: color, backgroundColor: hexToRGBA(color, 0.12), fill: "origin", pointRadius: points.length > 60 ? 0 : 3, pointHitRadius: 8 }] },
            options: {
                maintainAspectRatio: false,
                interaction: { mode: "nearest", axis: "x", intersect: false },
                onClick: (_event, [hit]) => hit && this.open(points[hit.index].id),
                scales: {
                    x: { type: "linear", min: 0, max: 100, title: { display: true, text: curve.axis } },
                    y: { title: { display: true, text: _t("Cumulative profit") }, ticks: { callback: height } },
                },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        displayColors: false,
                        filter: (item) => item.raw.position,
                        callbacks: {
                            title: ([item]) => item && `${item.raw.position}. ${item.raw.name}`,
                            label: ({ raw }) => [_t("Profit: %s", money(raw.profit)), _t("Cumulative: %s", height(raw.y))],
                        },
                    },
                },
            },
        });
        return () => chart.destroy();
    }

    async open(key) {
        const { record } = this.props;
        if (key !== undefined && (await record.save())) {
            this.action.doAction(await this.orm.call(record.resModel, "action_open_customer", [[record.resId], key]));
        }
    }
}

registry.category("fields").add("crm_cost_whale_curve", { component: WhaleCurveField, supportedTypes: ["json"] });
