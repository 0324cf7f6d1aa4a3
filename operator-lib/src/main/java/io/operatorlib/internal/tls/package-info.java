/** Certificates: private keys, whom they are vouched for by, and how long. */
@NullMarked
package io.operatorlib.internal.tls;

import org.jspecify.annotations.NullMarked;
