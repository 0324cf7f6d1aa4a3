/** The conversion webhook: an operator's own server, with certificates that it keeps itself, which the API server asks. */
@NullMarked
package io.operatorlib.internal.webhook;

import org.jspecify.annotations.NullMarked;
