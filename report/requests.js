// The requests of a trial that the reader chooses: a lane for each worker, a bar for
// each request. uPlot has the axes and the zoom; the data are those of
// harness/report/requests.c.
{
	const runs = JSON.parse(document.getElementById("requests").textContent);
	const ink = name => getComputedStyle(document.documentElement)
		.getPropertyValue(name).trim();
	const ms = us => us === null ? "?" : (us / 1000).toFixed(us < 100000 ? 2 : 1);

	const element = (kind, of, properties) => {
		const made = Object.assign(document.createElement(kind), properties);

		of.append(made);
		return made;
	};

	// A choice of texts, whose values are their places.
	const choice = (of, label, texts) => {
		const select = element("select", element("label", of, {
			textContent: `${label} `}));

		texts.forEach((text, i) => element("option", select, {
			value: i, textContent: text}));
		return select;
	};

	const describe = (run, trial, i) => {
		const code = run.codes[trial.i[i]];
		const first = trial.f[i] === null ? "no first byte"
			: `first byte after ${ms(trial.f[i])} ms`;

		return `item ${trial.i[i]}${code ? ` (${code})` : ""}, worker ` +
			`${trial.w[i] ?? "unknown"}: starts at ${ms(trial.s[i])} ms, ` +
			`${first}, done after ${ms(trial.e[i])} ms` +
			(trial.failed.has(i) ? "; it failed" : "");
	};

	const drawBars = (plot, trial, chosen) => {
		const {ctx, bbox} = plot;
		const x = us => plot.valToPos(us / 1000, "x", true);
		const y = lane => plot.valToPos(lane, "y", true);
		const high = Math.max(1, 0.76 * Math.abs(y(1) - y(0)));
		const colours = {wait: ink("--sky"), body: ink("--vermilion"),
			failed: ink("--purple"), ink: ink("--ink"),
			paper: ink("--paper")};
		const bar = (from, to, lane, colour) => {
			ctx.fillStyle = colour;
			ctx.fillRect(x(from), y(lane) - high / 2,
				Math.max(1, x(to) - x(from)), high);
		};

		const frame = (i, colour, width) => {
			ctx.strokeStyle = colour;
			ctx.lineWidth = width * devicePixelRatio;
			ctx.strokeRect(x(trial.s[i]), y(trial.w[i] ?? 0) - high / 2,
				x(trial.s[i] + trial.e[i]) - x(trial.s[i]), high);
		};

		ctx.save();
		ctx.beginPath();
		ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
		ctx.clip();
		trial.s.forEach((start, i) => {
			const lane = trial.w[i] ?? 0;
			const first = start + (trial.f[i] ?? trial.e[i]);
			const end = start + trial.e[i];

			bar(start, first, lane,
				trial.failed.has(i) ? colours.failed : colours.wait);
			if (end > first)
				bar(first, end, lane, colours.body);
			// Requests of a worker that follow each other stay apart.
			frame(i, colours.paper, 1);
		});
		if (chosen >= 0)
			frame(chosen, colours.ink, 2);
		ctx.restore();
	};

	const at = (plot, trial) => {
		const {left, top} = plot.cursor;

		if (left < 0)
			return -1;
		const time = 1000 * plot.posToVal(left, "x");
		const lane = Math.round(plot.posToVal(top, "y"));

		return trial.s.findIndex((start, i) => (trial.w[i] ?? 0) === lane &&
			start <= time && time <= start + trial.e[i]);
	};

	const axis = (label, more) => ({label, stroke: () => ink("--ink"),
		grid: {stroke: () => ink("--pale"), width: 1},
		ticks: {stroke: () => ink("--pale"), width: 1}, ...more});

	const chart = (place, run, trial, say) => {
		const lanes = 1 + trial.w.reduce((most, w) => Math.max(most, w ?? 0), 0);
		const end = trial.s.reduce(
			(most, s, i) => Math.max(most, s + trial.e[i]), 1) / 1000;
		let chosen = -1;
		const choose = i => {
			if (i === chosen)
				return;
			chosen = i;
			say(i < 0 ? "" : describe(run, trial, i));
			plot.redraw(false);
		};
		const size = () => ({width: Math.max(280, place.clientWidth),
			height: Math.max(180, Math.min(680, 16 * lanes + 90))});
		const plot = new uPlot({
			...size(),
			legend: {show: false},
			cursor: {points: {show: false}, drag: {x: true, y: false}},
			scales: {
				x: {time: false, range: (u, min, max) => [min, max]},
				y: {dir: -1, range: [-0.6, lanes - 0.4]},
			},
			axes: [axis("time from the start, ms"),
				axis("worker", {incrs: [1, 2, 5, 10, 20, 50, 100, 200]})],
			series: [{}, {}],
			hooks: {
				draw: [u => drawBars(u, trial, chosen)],
				setCursor: [u => choose(at(u, trial))],
			},
		}, [[0, 1.02 * end], [null, null]], place);

		return {plot, size, choose, count: trial.s.length,
			step: by => choose(Math.max(0,
				Math.min(trial.s.length - 1, chosen + by)))};
	};

	const show = (place, run) => {
		const cells = [...new Set(run.trials.map(trial => trial.cell))];
		const cell = choice(place, "Strategy", cells);
		const block = choice(place, "Trial", []);
		const key = element("p", place, {className: "key"});
		const frame = element("div", place, {className: "chart", tabIndex: 0});
		const said = element("p", place, {className: "said"});
		let now = null;

		said.setAttribute("role", "status");
		frame.setAttribute("role", "group");
		frame.setAttribute("aria-label", "Requests of the chosen trial. The " +
			"arrow keys go through them; dragging zooms, a double click " +
			"shows all.");
		for (const [colour, words] of [["sky", "waiting for the answer"],
			["vermilion", "receiving it"], ["purple", "failed"]])
			element("span", key, {textContent: words})
				.style.setProperty("--c", `var(--${colour})`);
		element("small", key, {className: "hint",
			textContent: "Drag to zoom, double click to see all."});

		const draw = () => {
			now?.plot.destroy();
			said.textContent = "";
			now = chart(frame, run, run.trials[block.value],
				text => { said.textContent = text; });
		};
		const list = () => {
			block.replaceChildren();
			run.trials.forEach((trial, i) => {
				if (trial.cell === cells[cell.value])
					element("option", block, {value: i, textContent:
						`block ${trial.block}, ${trial.ms?.toPrecision(4)} ms`});
			});
			draw();
		};

		run.trials.forEach(trial => { trial.failed = new Set(trial.x); });
		cell.addEventListener("change", list);
		block.addEventListener("change", draw);
		frame.addEventListener("keydown", event => {
			const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};

			if (event.key in by) {
				event.preventDefault();
				now.step(by[event.key]);
			}
		});
		place.hidden = false;
		list();
		new ResizeObserver(() => now.plot.setSize(now.size())).observe(frame);
		for (const media of ["(prefers-color-scheme: dark)", "print"])
			matchMedia(media).addEventListener("change", () => now.plot.redraw());
	};

	for (const place of document.querySelectorAll(".requests"))
		show(place, runs[place.dataset.run]);
}
