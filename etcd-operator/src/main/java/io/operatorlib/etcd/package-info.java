/** The etcd operator: clusters of etcd, created, healed, resized and run from one manifest. */
@NullMarked
package io.operatorlib.etcd;

import org.jspecify.annotations.NullMarked;
