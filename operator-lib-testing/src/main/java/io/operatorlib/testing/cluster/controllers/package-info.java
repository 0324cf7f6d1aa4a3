/** The controllers that every cluster has by itself, written with operator-lib: most of them are pure reconcilers. */
@NullMarked
package io.operatorlib.testing.cluster.controllers;

import org.jspecify.annotations.NullMarked;
