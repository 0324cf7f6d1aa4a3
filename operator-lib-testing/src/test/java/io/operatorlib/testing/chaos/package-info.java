/** Tests of chaos: broken operators that must be found, and their twins that must not. */
@NullMarked
package io.operatorlib.testing.chaos;

import org.jspecify.annotations.NullMarked;
