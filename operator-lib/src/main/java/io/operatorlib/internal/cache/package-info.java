/**
 * What is known of the cluster: an {@link io.operatorlib.internal.cache.Informer} follows the objects of a kind and
 * keeps a {@link io.operatorlib.internal.cache.Store} of them.
 */
@NullMarked
package io.operatorlib.internal.cache;

import org.jspecify.annotations.NullMarked;
