/** The PostgreSQL sketch: an operator of clusters of one primary and its streaming replicas. */
@NullMarked
package io.operatorlib.postgres;

import org.jspecify.annotations.NullMarked;
