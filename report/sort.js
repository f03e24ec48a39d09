// Tables: a button in each column's head sorts, and a field above filters. A
// figure is sorted by its data-v, a text as it stands; what is unknown comes last.
{
	const figure = cell => "v" in cell.dataset ? Number(cell.dataset.v) : NaN;

	const compare = (a, b) => {
		const x = figure(a), y = figure(b);

		if (!Number.isNaN(x) || !Number.isNaN(y))
			return Number.isNaN(x) - Number.isNaN(y) || x - y;
		return a.textContent.localeCompare(b.textContent, "en", {numeric: true});
	};

	const sort = (table, column) => {
		const heads = [...table.tHead.rows[0].cells];
		const down = heads[column].getAttribute("aria-sort") === "ascending";
		const body = table.tBodies[0];
		const rows = [...body.rows];

		heads.forEach(head => head.removeAttribute("aria-sort"));
		heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
		rows.sort((a, b) => {
			const p = a.cells[column], q = b.cells[column];
			const unknown = Number.isNaN(figure(p)) - Number.isNaN(figure(q));

			return unknown || (down ? compare(q, p) : compare(p, q));
		});
		body.append(...rows);
	};

	for (const table of document.querySelectorAll(".sortable"))
		[...table.tHead.rows[0].cells].forEach((head, column) => {
			const button = document.createElement("button");

			button.type = "button";
			button.append(...head.childNodes);
			button.addEventListener("click", () => sort(table, column));
			head.append(button);
		});

	// All words have to be in a row. A table without such a row is hidden.
	const filter = (field, tables, told) => {
		const words = field.value.toLowerCase().split(/\s+/);
		let shown = 0, all = 0;

		for (const table of tables) {
			const about = table.caption?.textContent ?? "";
			let any = false;

			for (const row of table.tBodies[0].rows) {
				const text = (row.textContent + " " + about).toLowerCase();

				row.hidden = !words.every(word => text.includes(word));
				any ||= !row.hidden;
				shown += !row.hidden;
				all++;
			}
			table.closest(".wide").hidden = !any;
		}
		told.textContent = shown < all ? `${shown} of ${all} rows` : "";
	};

	for (const line of document.querySelectorAll(".filter")) {
		const field = line.querySelector("input");
		const told = line.querySelector("output");
		const tables = [...line.parentElement.querySelectorAll(".sortable")];

		line.hidden = false;
		field.addEventListener("input", () => filter(field, tables, told));
	}
}
