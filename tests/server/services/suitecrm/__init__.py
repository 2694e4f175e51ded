"""Tests of `server/services/suitecrm`."""
