/**
 * Images that every local cluster knows: programs of this library that stand for the ones of a well-known container
 * image, so that a machine with nothing but a JDK can run its manifests.
 */
@NullMarked
package io.operatorlib.testing.cluster.images;

import org.jspecify.annotations.NullMarked;
