package dev.sluice.api.rest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of the API that is not below a room's path and yet for administrators of single
 * rooms: it checks itself which one. Every other one is for administrators of all rooms.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface ForItsOwnRoom {}
