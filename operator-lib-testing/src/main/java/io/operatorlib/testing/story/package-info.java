/** Stories: what an operator is shown to do, told step by step at a terminal. */
@NullMarked
package io.operatorlib.testing.story;

import org.jspecify.annotations.NullMarked;
