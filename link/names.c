/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>

#include "link/link.h"

const struct link_name link_names[] = {
	{"lan", "rtt=1ms,rate=100Mbit/s",
		"Fast Ethernet, IEEE 802.3u; the round trip of an office's few "
		"switches and two hosts"},
	{"wifi", "rtt=2ms,down=40Mbit/s,up=33Mbit/s",
		"the Wi-Fi profile of Apple's Network Link Conditioner"},
	{"4g", "rtt=170ms,rate=9Mbit/s", "the 4G profile of WebPageTest"},
	{"dsl", "rtt=50ms,down=1.5Mbit/s,up=384kbit/s",
		"the DSL profile of WebPageTest"},
	{"satellite", "rtt=600ms,down=25Mbit/s,up=3Mbit/s",
		"RFC 2488, section 2: 558 ms of a geostationary orbit; the "
		"rates are the FCC's definition of broadband of 2015"},
	{NULL, NULL, NULL},
};
