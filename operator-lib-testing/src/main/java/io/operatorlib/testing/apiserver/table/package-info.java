/**
 * Tables: what a person sees of objects in a terminal. A table has columns, which come from a list of ours for the
 * built-in kinds and from {@code additionalPrinterColumns} for custom ones, and a row for each object.
 */
@NullMarked
package io.operatorlib.testing.apiserver.table;

import org.jspecify.annotations.NullMarked;
