/** The code that the pages show. */
@NullMarked
package io.operatorlib.docs;

import org.jspecify.annotations.NullMarked;
