/** Tests of the proxy before an API server. */
@NullMarked
package io.operatorlib.testing.apiproxy;

import org.jspecify.annotations.NullMarked;
