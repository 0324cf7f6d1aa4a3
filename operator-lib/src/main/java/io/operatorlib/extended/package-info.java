/**
 * Existing client-java-extended reconcilers on this engine: {@link io.operatorlib.extended.ExtendedController}. Needs
 * client-java-extended, which this library does not bring along.
 */
@NullMarked
package io.operatorlib.extended;

import org.jspecify.annotations.NullMarked;
