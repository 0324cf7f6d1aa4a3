/** The instance manager: the program in each pod of a cluster, which starts, stops and guards its PostgreSQL. */
@NullMarked
package io.operatorlib.postgres.instance;

import org.jspecify.annotations.NullMarked;
