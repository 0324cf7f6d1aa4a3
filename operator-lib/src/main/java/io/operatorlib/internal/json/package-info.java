/**
 * JSON: {@link io.operatorlib.internal.json.Json} for trees, {@link io.operatorlib.internal.json.Codec} between trees
 * and Java values. A tree that has been handed to somebody is never changed; who wants another copies it first.
 */
@NullMarked
package io.operatorlib.internal.json;

import org.jspecify.annotations.NullMarked;
