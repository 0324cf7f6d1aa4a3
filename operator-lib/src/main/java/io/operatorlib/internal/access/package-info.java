/**
 * Access: what an operator must be allowed to do, as its wiring tells; printed as roles, and asked for at the start.
 */
@NullMarked
package io.operatorlib.internal.access;

import org.jspecify.annotations.NullMarked;
