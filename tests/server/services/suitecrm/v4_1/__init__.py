"""Tests of `server/services/suitecrm/v4_1`."""
