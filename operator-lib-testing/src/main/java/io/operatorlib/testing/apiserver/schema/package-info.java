/**
 * Schema: how the API server judges objects. What a field's type is, what an absent field means, which fields exist at
 * all, which values are refused and in which words, and how a patch merges them. Pure functions on JSON trees; nothing
 * here stores, asks or waits.
 */
@NullMarked
package io.operatorlib.testing.apiserver.schema;

import org.jspecify.annotations.NullMarked;
