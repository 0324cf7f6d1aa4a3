/** The story of an etcd cluster's life, told on a local cluster with real etcd. */
@NullMarked
package io.operatorlib.quickstart;

import org.jspecify.annotations.NullMarked;
