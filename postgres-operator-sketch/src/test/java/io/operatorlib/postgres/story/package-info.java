/** What the sketch is shown to do, with real PostgreSQL on a local cluster. */
@NullMarked
package io.operatorlib.postgres.story;

import org.jspecify.annotations.NullMarked;
