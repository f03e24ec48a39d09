# Shows time against CPU time: who is fast, and what that costs. Cells on the front
# are those of which no other needs less of both. Reads cost.csv. To be read after
# common.gp.
file = "cost.csv"
stats file using "number" nooutput name "NUMBER"
stats file using "cells" nooutput name "CELLS"
stats file using "groups" nooutput name "GROUPS"
stats file using "blocks" nooutput name "BLOCKS"
stats file using (number("cpu_low_ms") == number("cpu_low_ms")) nooutput \
	name "WHISKER"
stats file using (min(number("cpu_ms"), number("cpu_low_ms"))) nooutput \
	name "CPU_FROM"
stats file using (max(number("cpu_ms"), number("cpu_high_ms"))) nooutput \
	name "CPU_TO"
stats file using (min(number("total_ms"), number("total_low_ms"))) nooutput \
	name "TIME_FROM"
stats file using (max(number("total_ms"), number("total_high_ms"))) nooutput \
	name "TIME_TO"
stats file using (strlen(text("cell"))) nooutput name "NAME"
cells = int(NUMBER_max)
array name[cells]
array total[cells]
array cpu[cells]
array front[cells]
work = ""
set table $unused
plot file using (i = int(number("number")), name[i] = text("cell"), \
	total[i] = number("total_ms"), cpu[i] = number("cpu_ms"), \
	front[i] = number("front"), work = text("work"), $0 + 1):($0 + 1) \
	with points
unset table

# The front from left to right: its cells' numbers by the CPU time.
array order[cells]
fronts = 0
do for [i = 1 : cells] {
	if (front[i] > 0) {
		fronts = fronts + 1
		order[fronts] = i
		do for [j = fronts : 2 : -1] {
			if (cpu[order[j]] < cpu[order[j - 1]]) {
				k = order[j]
				order[j] = order[j - 1]
				order[j - 1] = k
			}
		}
	}
}
about = folded(sprintf("Medians of %d trials", BLOCKS_max) \
	. (WHISKER_max > 0 ? "; whiskers: their 95 % intervals" : "") \
	. of_all(cells, CELLS_max, "cells") . (GROUPS_max > 1 ? \
	sprintf("; one of %d kinds of work", GROUPS_max) : "") \
	. ". The line joins the cells of which no other needs less of both", \
	SUBTITLE) . (work eq "" ? "" : "\n" . folded_words(work, SUBTITLE))
above = 70.0 + PITCH * lines_of(about)
list = 18.0 * cells + 30
height = above + 62 + max(420, list)
eval open(900, height)
# The list of names stands on the right.
shown = min(NAME_max, 44)
right = max(0.45, 0.955 - (CHARACTER * (shown + 4) + 40) / 900)
set logscale xy
low(x) = x / 1.25
high(x) = x * 1.25
set xrange [low(CPU_FROM_min) : high(CPU_TO_max)]
set yrange [low(TIME_FROM_min) : high(TIME_TO_max)]
set border 3
set grid back linecolor rgb PALE linetype 1 linewidth 0.7
# Tics at 1, 2 and 5 of each power of ten.
set xtics (1) textcolor rgb GREY
set ytics (1) textcolor rgb GREY
do for [d = -3 : 7] {
	do for [m in "1 2 5"] {
		v = m * 10.0 ** d
		set xtics add (sprintf("%g", v) v)
		set ytics add (sprintf("%g", v) v)
	}
}
set xlabel "CPU time of a trial, ms (left is cheap)" textcolor rgb GREY
set ylabel "total time, ms (low is fast)" textcolor rgb GREY offset 1, 0
set tmargin at screen 1 - above / height
set bmargin at screen 62.0 / height
set lmargin at screen 0.09
set rmargin at screen right
unset key
set label 1 "Who is fast, and what does that cost?" \
	at screen 0.02, screen 1 - 26.0 / height font LARGE textcolor rgb INK
set label 2 about at screen 0.02, screen 1 - 54.0 / height textcolor rgb GREY
DISC = "\342\227\217 "
RING = "\342\227\213 "
do for [i = 1 : cells] {
	y = 1 - (above + 18.0 * i - 8) / height
	mark = (front[i] > 0 ? DISC : RING) . sprintf("%d", i)
	set label 100 + 2 * i mark \
		at screen right + 0.062, screen y right \
		textcolor rgb front[i] > 0 ? VERMILION : BLUE
	set label 101 + 2 * i clip(name[i], 44) at screen right + 0.07, \
		screen y textcolor rgb INK
}
do for [i = 2 : fronts] {
	a = order[i - 1]
	b = order[i]
	set arrow 2 * i from cpu[a], total[a] to cpu[b], total[a] nohead \
		linewidth 2 linecolor rgb VERMILION
	set arrow 2 * i + 1 from cpu[b], total[a] to cpu[b], total[b] nohead \
		linewidth 2 linecolor rgb VERMILION
}
# Points that lie on each other have one label of all their numbers, at a place
# that no other label and no other point has.
wide = 900 * (right - 0.09)
tall = height - above - 62
from_left(i) = wide * log(cpu[i] / low(CPU_FROM_min)) \
	/ log(high(CPU_TO_max) / low(CPU_FROM_min))
from_below(i) = tall * log(total[i] / low(TIME_FROM_min)) \
	/ log(high(TIME_TO_max) / low(TIME_FROM_min))
array across[cells]
array along[cells]
array heap[cells]
do for [i = 1 : cells] {
	across[i] = from_left(i)
	along[i] = from_below(i)
	heap[i] = i
}
are_close(i, j) = abs(across[i] - across[j]) < 15 && abs(along[i] - along[j]) < 11
do for [i = 1 : cells] {
	do for [j = 1 : cells] {
		if (are_close(i, j) && heap[i] != heap[j]) {
			a = min(heap[i], heap[j])
			b = max(heap[i], heap[j])
			do for [k = 1 : cells] {
				heap[k] = heap[k] == b ? a : heap[k]
			}
		}
	}
}
# Where the labels so far stand: their middles and half their widths.
array label_x[cells]
array label_y[cells]
array half[cells]
labels = 0
touches(l, px, py, h) = abs(label_x[l] - px) < half[l] + h + 3 \
	&& abs(label_y[l] - py) < 12
covers(i, px, py, h) = abs(across[i] - px) < h + 5 && abs(along[i] - py) < 10
do for [g = 1 : cells] {
	numbers = ""
	members = 0
	# The line of the front comes from above and leaves to the right.
	joined = 0
	px = 0
	top = 0
	bottom = tall
	begun = 0
	do for [i = 1 : cells] {
		if (heap[i] == g) {
			members = members + 1
			joined = joined || front[i] > 0
			px = px + across[i]
			top = max(top, along[i])
			bottom = min(bottom, along[i])
			begun = begun > 0 ? begun : i
			more = i < cells ? heap[i < cells ? i + 1 : i] == g : 0
			if (!more) {
				numbers = numbers . (numbers eq "" ? "" : ", ") \
					. (begun == i ? sprintf("%d", i) \
					: sprintf("%d\342\200\223%d", begun, i))
				begun = 0
			}
		}
	}
	if (members > 0) {
		px = px / members
		h = 3.2 * strlen(numbers)
		py = NaN
		do for [try = 0 : 7] {
			if (py != py) {
				py = (try + joined) % 2 == 0 ? top + 14 + 12 * (try / 2) \
					: bottom - 14 - 12 * (try / 2)
				taken = py < 6 || py > tall - 4
				do for [l = 1 : labels] {
					taken = taken || touches(l, px, py, h)
				}
				do for [i = 1 : cells] {
					taken = taken || covers(i, px, py, h)
				}
				py = taken && try < 7 ? NaN : py
			}
		}
		labels = labels + 1
		label_x[labels] = px
		label_y[labels] = py
		half[labels] = h
		set label 300 + labels numbers center front font SMALL \
			at graph px / wide, graph py / tall textcolor rgb INK
	}
}
is(f, x) = int(number("front")) == f ? x : NaN
plot file using "cpu_low_ms":"total_ms": \
		(number("cpu_high_ms") - number("cpu_low_ms")):(0) \
		with vectors nohead linewidth 1.5 linecolor rgb INK notitle, \
	file using "cpu_ms":"total_low_ms":(0): \
		(number("total_high_ms") - number("total_low_ms")) \
		with vectors nohead linewidth 1.5 linecolor rgb INK notitle, \
	file using (is(0, number("cpu_ms"))):"total_ms" with points pointtype 6 \
		pointsize 0.8 linewidth 1.5 linecolor rgb BLUE notitle, \
	file using (is(1, number("cpu_ms"))):"total_ms" with points pointtype 7 \
		pointsize 0.9 linecolor rgb VERMILION notitle, \
	for [s = 1 : SPOTS] file using "cpu_ms":"total_ms": \
		(text("cell") . ": total " . interval( \
		number("total_ms"), number("total_low_ms"), \
		number("total_high_ms")) . ", CPU " . interval(number("cpu_ms"), \
		number("cpu_low_ms"), number("cpu_high_ms"))) \
		with labels hypertext point pointtype 7 pointsize 2 \
		linecolor rgb CLEAR notitle
