import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { getColor, hexToRGBA } from "@web/core/colors/colors";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The months of one customer, one indicator at a time: hover reads a month, click opens its documents. */
export class CustomerMonths extends Component {
    static template = "crm_segmentation.CustomerMonths";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm").silent;
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.canvas = useRef("canvas");
        this.state = useState({ chart: null, failed: false });
        useEffect(() => void this.load(), () => [this.props.record.resId]);
        useEffect((canvas, chart) => canvas && this.draw(canvas, chart), () => [this.canvas.el, this.state.chart]);
    }

    /** A chart that cannot be drawn says so in its own place; the profile around it stays. */
    async load(value = 0) {
        const months = this.orm.call("crm.customer", "get_months", [[this.props.record.resId], Number(value)]);
        try {
            const [chart] = await this.keepLast.add(Promise.all([months, loadBundle("web.chartjs_lib")]));
            Object.assign(this.state, { chart, failed: false });
        } catch {
            this.state.failed = true;
        }
    }

    draw(canvas, { months, name, can_open }) {
        const color = getColor(0, "light", "md");
        const rtl = localization.direction === "rtl";
        const chart = new Chart(canvas, {
            type: "bar",
            data: {
                labels: months.map((month) => month.label),
                // The last month is not over yet: paler, so that nobody takes it for a drop.
                datasets: [{ label: name, data: months.map((month) => month.quantity), backgroundColor: months.map((_month, index) => hexToRGBA(color, index === months.length - 1 ? 0.5 : 1)) }],
            },
            options: {
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                onClick: (_event, [bar]) => bar && can_open && this.open(months[bar.index]),
                scales: {
                    x: { reverse: rtl, grid: { display: false } },
                    y: { position: rtl ? "right" : "left", ticks: { precision: 0, callback: (value) => formatFloat(value, { humanReadable: true, digits: [16, 1], trailingZeros: false }) } },
                },
                plugins: {
                    legend: { display: false },
                    tooltip: { rtl, displayColors: false, callbacks: { label: ({ dataIndex }) => [months[dataIndex].text, _t("Documents: %s", months[dataIndex].documents)] } },
                },
            },
        });
        return () => chart.destroy();
    }

    async open({ month }) {
        const call = [[this.props.record.resId], this.state.chart.value_id, month];
        this.action.doAction(await this.orm.call("crm.customer", "action_open_month", call));
    }
}

registry.category("view_widgets").add("crm_customer_months", { component: CustomerMonths });
