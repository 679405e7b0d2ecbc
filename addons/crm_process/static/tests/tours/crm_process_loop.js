import { registry } from "@web/core/registry";

// A won opportunity goes on to after-sales, is closed there, and opens the next cycle.
registry.category("web_tour.tours").add("crm_process_loop", {
    steps: () => [
        {
            content: "The won opportunity offers after-sales",
            trigger: "button[name=action_start_followup]",
            run: "click",
        },
        {
            content: "In after-sales it remains won",
            trigger: ".o_form_view:has(.ribbon:contains(Won)) button[name=action_close_followup]",
            run: "click",
        },
        {
            content: "Say what was learnt",
            trigger: ".modal [name=learnt] textarea",
            run: "edit Deliver before noon",
        },
        {
            content: "Start the next cycle",
            trigger: ".modal button[name=action_close_and_start]",
            run: "click",
        },
        {
            content: "The next opportunity starts from what was learnt",
            trigger: "body:not(:has(.modal)) .o_form_view [name=description]:contains(Deliver before noon)",
        },
        {
            content: "Both cycles are one click away",
            trigger: "button[name=action_view_cycles]",
            run: "click",
        },
        {
            content: "Two cycles",
            trigger: ".o_list_view .o_data_row:nth-child(2)",
        },
    ],
});
