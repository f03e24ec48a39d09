/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of structs that embed their link, first in, first out. Any of them can
 * leave it, and nothing is allocated. A zeroed list is empty; a zeroed link is
 * in no list.
 */
#ifndef MOCK_SERVER_LIST_H
#define MOCK_SERVER_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* The struct of which a member, such as a link or a timer, is known. */
#define container_of(pointer, type, member) \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

struct list_link {
	struct list *list; /* the list it is in, or NULL */
	struct list_link *next, *previous;
};

struct list {
	struct list_link *first, *last;
};

/* The link is in no list. */
static inline void list_push(struct list *list, struct list_link *link)
{
	*link = (struct list_link){.list = list, .previous = list->last};
	*(list->last ? &list->last->next : &list->first) = link;
	list->last = link;
}

/* Takes the link out of its list, if it is in one. */
static inline void list_remove(struct list_link *link)
{
	struct list *list = link->list;

	if (!list)
		return;
	*(link->previous ? &link->previous->next : &list->first) = link->next;
	*(link->next ? &link->next->previous : &list->last) = link->previous;
	*link = (struct list_link){0};
}

#endif
