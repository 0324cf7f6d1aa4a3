/**
 * Conversion: one resource in each version of its kind. One version is the hub, every other a spoke with two plain
 * functions to the hub and back; what a version cannot express is kept beside it, and comes back.
 */
@NullMarked
package io.operatorlib.conversion;

import org.jspecify.annotations.NullMarked;
